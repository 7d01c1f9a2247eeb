/**
 * Live sync: pushes and pulls that stay open, so that what is written on one node is on the other in milliseconds. A
 * whole run goes before, and is made again at each interval: live sync alone promises nothing.
 */
@NullMarked
package io.agentdb.sync.live;

import org.jspecify.annotations.NullMarked;
