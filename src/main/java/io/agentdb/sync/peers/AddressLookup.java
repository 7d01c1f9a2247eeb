package io.agentdb.sync.peers;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses behind a name. May block for as long as the resolver's own timeout; thread-safe. */
@FunctionalInterface
interface AddressLookup {

    /** @throws UnknownHostException if there is no such name, or nobody answers */
    List<InetAddress> addresses(String host) throws UnknownHostException;
}
