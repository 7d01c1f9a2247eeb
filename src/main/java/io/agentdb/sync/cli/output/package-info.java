/**
 * Results: as text, as JSON, as lines of JSON, as a table for programs.
 *
 * <p>Promise: results go to stdout and nothing else does; of a text that came from elsewhere no character reaches a
 * terminal that it would obey; names in JSON stay, under one {@code schemaVersion}.
 */
@NullMarked
package io.agentdb.sync.cli.output;

import org.jspecify.annotations.NullMarked;
