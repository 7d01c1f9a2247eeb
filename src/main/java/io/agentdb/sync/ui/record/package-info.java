/**
 * Records on pages: finding them, each whole, changing and deleting, many in and out.
 *
 * <p>Promise: what others wrote is shown as text, and cut with a way to the rest; a change is of the version that was
 * looked at, and can be taken back for an hour; what somebody searched for is in the address.
 */
@NullMarked
package io.agentdb.sync.ui.record;

import org.jspecify.annotations.NullMarked;
