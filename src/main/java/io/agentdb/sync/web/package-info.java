/**
 * The REST admin API: memory, sync runs, peers, status, problem details, server-sent progress.
 *
 * <p>Promise: every failure leaves as an RFC 9457 problem that says what happened and what to do; no stack trace, no
 * secret and no SQL leaves the process. Nothing here decides anything about replication.
 */
package io.agentdb.sync.web;
