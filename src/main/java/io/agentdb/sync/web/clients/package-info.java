/**
 * Who is connected to a node, what each may still ask for, and who is sent away: of all processes of the node,
 * whichever of them is asked.
 *
 * <p>Promise: a process that is alone writes nothing for it; what a dead one has left is shown to nobody.
 */
@NullMarked
package io.agentdb.sync.web.clients;

import org.jspecify.annotations.NullMarked;
