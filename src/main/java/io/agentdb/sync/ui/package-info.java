/**
 * Pages for people, under {@code /ui/}: what the REST API says, in words, and what it does, by forms.
 *
 * <p>Promise: a page works without script, with it what changes is put in place of what it shows; what could not be
 * read is never shown as empty; nothing that others wrote is shown as anything but text.
 */
@NullMarked
package io.agentdb.sync.ui;

import org.jspecify.annotations.NullMarked;
