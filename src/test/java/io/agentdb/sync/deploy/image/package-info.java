/**
 * The container image and the compose file: read and checked, and their steps carried out without a container engine.
 */
package io.agentdb.sync.deploy.image;
