package io.agentdb.sync.admission;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who is served next: the clients in turn, each with its own queue, so that nobody waits behind another one's requests.
 * One client never has all workers: as long as there are more workers than clients, one stays free for whoever comes
 * next. Thread-safe.
 */
public final class FairQueue {

    /** A client's piece of work; whoever took it calls {@link #done} with it. */
    public record Turn(String client, Runnable work) { }

    private final int workers;
    private final int perClient;
    /** In the order of their turns; empty queues are not kept. */
    private final Map<String, Deque<Runnable>> waiting = new LinkedHashMap<>();
    private final Map<String, Integer> running = new HashMap<>();
    private boolean closed;

    /**
     * @param workers how many take turns
     * @param perClient how many of one client's requests may wait
     */
    public FairQueue(int workers, int perClient) {
        this.workers = workers;
        this.perClient = perClient;
    }

    /** @return false if too many of this client's requests wait already */
    public synchronized boolean offer(String client, Runnable work) {
        Deque<Runnable> queue = waiting.computeIfAbsent(client, name -> new ArrayDeque<>());
        if (closed || queue.size() >= perClient) {
            if (queue.isEmpty()) {
                waiting.remove(client);
            }
            return false;
        }
        queue.add(work);
        notifyAll();
        return true;
    }

    /** The next turn; blocks until there is one, null once closed. */
    public synchronized @Nullable Turn take() throws InterruptedException {
        while (!closed) {
            int share = share();
            for (Iterator<Map.Entry<String, Deque<Runnable>>> clients = waiting.entrySet().iterator();
                    clients.hasNext();) {
                Map.Entry<String, Deque<Runnable>> next = clients.next();
                if (running.getOrDefault(next.getKey(), 0) < share) {
                    clients.remove();
                    return begin(next.getKey(), next.getValue());
                }
            }
            wait();
        }
        return null;
    }

    public synchronized void done(Turn turn) {
        running.computeIfPresent(turn.client(), (client, count) -> count == 1 ? null : count - 1);
        notifyAll();
    }

    /** Nothing is given out any more; whoever waits for a turn goes. */
    public synchronized void close() {
        closed = true;
        waiting.clear();
        notifyAll();
    }

    private Turn begin(String client, Deque<Runnable> queue) {
        Turn turn = new Turn(client, queue.remove());
        running.merge(client, 1, Integer::sum);
        if (!queue.isEmpty()) {
            // To the end of the line.
            waiting.put(client, queue);
        }
        return turn;
    }

    /** How many one client may have running: an equal part, with one more client in mind than there are. */
    private int share() {
        long clients = running.size() + waiting.keySet().stream().filter(client -> !running.containsKey(client))
                .count();
        return (int) Math.max(1, workers / (clients + 1));
    }
}
