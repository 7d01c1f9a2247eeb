/**
 * Actors, dots, version vectors and hybrid time: plain Java, no Spring, no SQL.
 *
 * <p>Promise: everything here is an immutable value, and every rule about which version replaces which is here.
 */
package io.agentdb.sync.version;
