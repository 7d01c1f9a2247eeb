package io.agentdb.sync.memory.transfer;

import org.jspecify.annotations.Nullable;

/**
 * Where a row of an import comes from.
 *
 * @param table null if it is a line
 * @param row the line's number or the row's id
 */
record RowOrigin(@Nullable String table, long row) {
}
