/**
 * The feed, applying, cursors and tombstones: the only SQL that knows about versions.
 *
 * <p>Promise: the feed skips nothing that commits late; a batch is applied in one transaction together with its cursor;
 * applying the same batch twice changes nothing.
 */
package io.agentdb.sync.replica;
