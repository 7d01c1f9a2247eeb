/** The scripts that build this project, run as a contributor runs them. */
package io.agentdb.sync.build;
