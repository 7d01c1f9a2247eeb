/**
 * When and with whom to synchronize: peers, runs, phases, progress, reports, {@code sync_state}.
 *
 * <p>Promise: at most one run per peer at a time, across every process on the same database; a run whose process ended goes on in
 * another, or in the next, under its id and where the database stands, three times at most; what is scheduled for the node is done by
 * one of its processes; after a run on quiet nodes both sides hold the same records.
 */
package io.agentdb.sync.sync;
