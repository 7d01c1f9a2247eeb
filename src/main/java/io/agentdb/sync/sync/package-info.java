/**
 * When and with whom to synchronize: peers, runs, phases, progress, reports, {@code sync_state}.
 *
 * <p>Promise: at most one run per peer at a time, across every process on the same database; a run that died anywhere
 * resumes where the database stands; after a run on quiet nodes both sides hold the same records.
 */
package io.agentdb.sync.sync;
