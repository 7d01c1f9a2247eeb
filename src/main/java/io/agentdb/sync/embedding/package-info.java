/**
 * What records mean, as vectors: of which text and by which model, and where they are kept.
 *
 * <p>Promise: a vector is never a part of a record's version, and one of another text or of an unknown maker is never
 * taken for the record's meaning.
 */
@NullMarked
package io.agentdb.sync.embedding;

import org.jspecify.annotations.NullMarked;
