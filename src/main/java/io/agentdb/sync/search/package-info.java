/**
 * Finding records by their words.
 *
 * <p>Promise: what was committed before a search began is among what it looks through, or the page says that not all
 * was; writers pay nothing for it, since the words are noted down behind them.
 */
@NullMarked
package io.agentdb.sync.search;

import org.jspecify.annotations.NullMarked;
