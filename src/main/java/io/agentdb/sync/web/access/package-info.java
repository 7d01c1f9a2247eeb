/**
 * Who may use the REST API and the pages, and what is noted of it.
 *
 * <p>Promise: who has not shown who it is learns at most whether the node is well; a viewer changes nothing.
 */
@NullMarked
package io.agentdb.sync.web.access;

import org.jspecify.annotations.NullMarked;
