/**
 * AgentDB's own files, while its agents use them: what may be written into one, and when; rows as AgentDB can read
 * them; which row is which record.
 *
 * <p>Promise: a file is written only while every look at it shows the one that was opened, in WAL mode; in transactions
 * of at most fifty rows; and what this node must remember of a row is committed with the row.
 */
@NullMarked
package io.agentdb.sync.attach.file;

import org.jspecify.annotations.NullMarked;
