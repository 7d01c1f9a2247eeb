/**
 * Conflicts on pages: those that wait or waited for a person, one by one or many at once, and what a person makes of
 * them.
 *
 * <p>Promise: no page decides by being left, no button loses both sides, and who comes second is told and keeps what
 * was filled in.
 */
@NullMarked
package io.agentdb.sync.ui.desk;

import org.jspecify.annotations.NullMarked;
