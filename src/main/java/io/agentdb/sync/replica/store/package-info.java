/**
 * Versions in the kinds' tables and among the tombstones: locked, read and stored as they are, without stamping; and
 * what somebody has put on those tables that gets in between.
 *
 * <p>Promise: what is stored has the version that it came with, or the transaction ends in an error that says whose
 * fault it is: a writer's that was faster ({@code RowMoved}), of one who holds a lock ({@code RowsLocked}), the
 * record's ({@code Unstorable}).
 */
@NullMarked
package io.agentdb.sync.replica.store;

import org.jspecify.annotations.NullMarked;
