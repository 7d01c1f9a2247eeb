package io.agentdb.sync.ui.picture;

import io.agentdb.sync.ui.picture.Neighbourhood.Neighbour;
import io.agentdb.sync.ui.words.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A record's neighbours, in a circle around it. Pure.
 *
 * @param title of the record in the middle
 * @param rays empty if there are none, or more than a picture shows
 * @param told the same in a sentence, for who does not see it
 */
public record NeighbourPicture(int width, int height, int x, int y, String title, List<Ray> rays, String told) {

    /** Beyond, names would lie over each other; the list has all. */
    static final int MOST = 30;

    /**
     * One neighbour.
     *
     * @param anchor on which side of the circle its name begins
     */
    public record Ray(int x, int y, int textX, int textY, String anchor, String sign, String name, String label) { }

    private static final int WIDTH = 720;
    private static final int MARGIN = 190;
    private static final int NAME = 20;

    static NeighbourPicture of(String title, List<Neighbour> all) {
        int count = all.size() > MOST ? 0 : all.size();
        int height = count > 16 ? 640 : count > 8 ? 460 : count > 4 ? 340 : count > 2 ? 260 : 150;
        int x = WIDTH / 2;
        int y = height / 2;
        List<Ray> rays = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // From the left: names beside the circle have room there.
            double angle = Math.PI + 2 * Math.PI * i / count;
            int toX = (int) Math.round(x + (WIDTH / 2.0 - MARGIN) * Math.cos(angle));
            int toY = (int) Math.round(y + (height / 2.0 - 46) * Math.sin(angle));
            String anchor = Math.abs(toX - x) < 60 ? "middle" : toX < x ? "end" : "start";
            int textX = anchor.equals("middle") ? toX : anchor.equals("end") ? toX - 20 : toX + 20;
            int textY = anchor.equals("middle") ? toY + (toY < y ? -30 : 30) : toY - 1;
            Neighbour one = all.get(i);
            rays.add(new Ray(toX, toY, textX, textY, anchor, one.sign(), Wording.cut(one.name(), NAME),
                    Wording.cut(one.relationship(), NAME)));
        }
        return new NeighbourPicture(WIDTH, height, x, y, Wording.cut(title, NAME), rays, Wording.cut(title, 80) + ": "
                + all.stream().limit(MOST).map(one -> Wording.cut(one.relationship(), 80) + " " + one.sign() + " "
                        + one.name()).collect(Collectors.joining("; ")));
    }
}
