/**
 * The REST admin API: memory, sync runs, peers, status, problem details, server-sent progress.
 *
 * <p>Promise: who has not shown who it is learns at most whether the node is well; a viewer changes nothing; every
 * failure leaves as an RFC 9457 problem that says what happened and what to do; no stack trace, no secret and no SQL
 * leaves the process. Nothing here decides anything about replication.
 */
@NullMarked
package io.agentdb.sync.web;

import org.jspecify.annotations.NullMarked;
