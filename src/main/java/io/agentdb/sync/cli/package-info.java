/**
 * The command line: from the jar's root, beside Spring Boot's launcher, so that help and short questions to a running
 * node take a fraction of a second and start nothing.
 *
 * <p>Promise: without a verb, or with settings alone, it starts a node; an unknown verb is an error and never a node;
 * of this house it uses nothing but what lies at the jar's root with it.
 */
@NullMarked
package io.agentdb.sync.cli;

import org.jspecify.annotations.NullMarked;
