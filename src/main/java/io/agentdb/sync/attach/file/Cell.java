package io.agentdb.sync.attach.file;

import io.agentdb.sync.memory.Column;
import org.jspecify.annotations.Nullable;

/**
 * A column of AgentDB's that is kept in step.
 *
 * @param column its name in the file
 * @param field the record's column; null of a number of another row
 * @param type the record's
 * @param instead what stands there where the record has nothing: AgentDB fails over some columns that are NULL
 */
record Cell(String column, @Nullable String field, Column.Type type, @Nullable Object instead) {
}
