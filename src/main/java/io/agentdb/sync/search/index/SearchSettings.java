package io.agentdb.sync.search.index;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code agentdb.search}: how records are found.
 *
 * @param meaning whether by their meaning too, where the node was built with a model
 */
@ConfigurationProperties("agentdb.search")
record SearchSettings(@DefaultValue("false") boolean meaning) {
}
