package io.agentdb.sync.replica.feed;

import io.agentdb.sync.replica.knowledge.Knowledge;
import io.agentdb.sync.version.Actor;
import org.jspecify.annotations.Nullable;

/**
 * For whom a feed is read: what came from there, or is known there from someone else, is left out.
 *
 * @param actor null for nobody in particular
 */
public record Reader(@Nullable Actor actor, Knowledge known) {

    public static final Reader ANYONE = new Reader(null, Knowledge.NONE);
}
