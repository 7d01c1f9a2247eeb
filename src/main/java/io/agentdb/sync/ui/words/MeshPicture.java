package io.agentdb.sync.ui.words;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * This node's links, in a circle. Pure.
 *
 * @param spokes empty if there are none, or more than a picture shows
 * @param told the same in a sentence, for who does not see it
 */
public record MeshPicture(int width, int height, int x, int y, List<Spoke> spokes, String told) {

    /** Beyond, names would lie over each other; the table has all. */
    public static final int MOST = 30;

    /**
     * One peer.
     *
     * @param anchor on which side of the circle its name begins
     */
    public record Spoke(int x, int y, int textX, int textY, String anchor, String css, String sign, String name,
            String label) { }

    private static final int WIDTH = 720;
    private static final int MARGIN = 180;

    public static MeshPicture of(String self, List<PeerStanding> peers) {
        int count = peers.size() > MOST ? 0 : peers.size();
        int height = count > 12 ? 460 : count > 4 ? 340 : count > 2 ? 240 : 130;
        int x = WIDTH / 2;
        int y = height / 2;
        List<Spoke> spokes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // From the left: names beside the circle have room there.
            double angle = Math.PI + 2 * Math.PI * i / count;
            int toX = (int) Math.round(x + (WIDTH / 2.0 - MARGIN) * Math.cos(angle));
            int toY = (int) Math.round(y + (height / 2.0 - 46) * Math.sin(angle));
            PeerStanding peer = peers.get(i);
            String anchor = Math.abs(toX - x) < 60 ? "middle" : toX < x ? "end" : "start";
            int textX = anchor.equals("middle") ? toX : anchor.equals("end") ? toX - 22 : toX + 22;
            int textY = anchor.equals("middle") ? toY + (toY < y ? -22 : 34) : toY + 1;
            spokes.add(new Spoke(toX, toY, textX, textY, anchor, peer.state().css(), peer.sign(),
                    Wording.cut(peer.name(), 16), peer.briefly()));
        }
        return new MeshPicture(WIDTH, height, x, y, spokes, self + ": " + peers.stream()
                .map(peer -> peer.name() + " " + peer.briefly()).collect(Collectors.joining(", ")));
    }
}
