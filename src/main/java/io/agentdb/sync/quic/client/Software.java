package io.agentdb.sync.quic.client;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;

/** What this node calls itself in its hello. */
public final class Software {

    private Software() {
    }

    /** @param build absent where the sources run without having been packed */
    public static String name(ObjectProvider<BuildProperties> build) {
        BuildProperties known = build.getIfAvailable();
        return "agentdb-sync" + (known == null ? "" : "/" + known.getVersion());
    }
}
