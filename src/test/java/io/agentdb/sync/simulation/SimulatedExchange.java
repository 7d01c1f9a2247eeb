package io.agentdb.sync.simulation;

import io.agentdb.sync.conversation.OpenRequest;
import io.agentdb.sync.protocol.Message;
import io.agentdb.sync.protocol.OutcomeUnknown;
import io.agentdb.sync.protocol.Session;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * A stream between two nodes in one thread: whenever the client waits for an answer, the server takes its next message.
 * Between any two messages the network may break it, and others may act.
 */
final class SimulatedExchange extends SimulatedEnd {

    /** What happens between two messages; throws {@link OutcomeUnknown} to break the stream. */
    interface Weather {
        void pass(SimulatedNode from, SimulatedNode to, Message message);
    }

    private final SimulatedNode client;
    private final SimulatedNode server;
    private final Session introduced;
    private final Weather weather;
    private final Deque<Message> toServer = new ArrayDeque<>();
    private final Deque<Message> toClient = new ArrayDeque<>();
    private final Side serverSide;
    private OpenRequest steps;

    SimulatedExchange(SimulatedNode client, SimulatedNode server, Weather weather) {
        this.client = client;
        this.server = server;
        this.introduced = server.session(client);
        this.serverSide = new Side(client.session(server));
        this.weather = weather;
    }

    @Override
    public Session session() {
        return introduced;
    }

    @Override
    public void send(Message message) {
        weather.pass(client, server, message);
        if (steps == null) {
            steps = server.serve(message, serverSide);
        } else {
            toServer.add(message);
        }
    }

    @Override
    public Message receive() {
        while (toClient.isEmpty()) {
            if (toServer.isEmpty()) {
                throw new IllegalStateException("both sides wait for each other");
            }
            steps.next();
        }
        // Before it is taken: what has arrived when a stream breaks can still be read.
        weather.pass(server, client, toClient.peek());
        return toClient.remove();
    }

    @Override
    public boolean ready() {
        return !toClient.isEmpty();
    }

    /** The server is told that there is something to do. */
    void due() {
        steps.next();
    }

    @Override
    public Optional<Message> poll() {
        if (!toClient.isEmpty()) {
            weather.pass(server, client, toClient.peek());
        }
        return Optional.ofNullable(toClient.poll());
    }

    /** The server's end. */
    private final class Side extends SimulatedEnd {

        private final Session client;

        Side(Session client) {
            this.client = client;
        }

        @Override
        public Session session() {
            return client;
        }

        @Override
        public void send(Message message) {
            toClient.add(message);
        }

        @Override
        public Message receive() {
            return toServer.remove();
        }

        @Override
        public boolean ready() {
            return !toServer.isEmpty();
        }

        @Override
        public Optional<Message> poll() {
            return Optional.ofNullable(toServer.poll());
        }
    }
}
