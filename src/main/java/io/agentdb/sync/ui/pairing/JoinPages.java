package io.agentdb.sync.ui.pairing;

import io.agentdb.sync.pairing.JoinRefused;
import io.agentdb.sync.pairing.Joining;
import io.agentdb.sync.peers.Peer;
import io.agentdb.sync.peers.PeerName;
import io.agentdb.sync.peers.Peers;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.live.Snapshots;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.request.ConcurrencyLimit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.util.UriUtils;

/** Pasting a text that another node has made: first what it says, then, if that is wanted, what comes of it. */
@Controller
class JoinPages {

    /** Each keeps a thread of the HTTP server for seconds. */
    private final ConcurrencyLimit joins = new ConcurrencyLimit(4, "joins");
    private final Joining joining;
    private final Peers peers;
    private final Snapshots snapshots;

    JoinPages(Joining joining, Peers peers, Snapshots snapshots) {
        this.joining = joining;
        this.peers = peers;
        this.snapshots = snapshots;
    }

    @GetMapping("/ui/join")
    String page(Model model) {
        return shown(model, new Form(Map.of()), null);
    }

    @PostMapping("/ui/join")
    String join(Form form, Model model) {
        String name = form.has("name") ? form.text("name").strip() : null;
        try {
            if (!form.text("step").equals("join")) {
                model.addAttribute("read", joining.look(form.text("text"), name));
                return shown(model, form, null);
            }
            try (ConcurrencyLimit.Taken place = joins.take()) {
                Peer peer = joining.join(form.text("text"), name, InvitePages.addresses(form)).peer();
                snapshots.changed();
                // To a page that can be loaded again without joining again.
                return "redirect:/ui/joined/" + UriUtils.encodePathSegment(peer.name().text(), "UTF-8");
            }
        } catch (JoinRefused | IllegalArgumentException e) {
            return shown(model, form, e.getMessage());
        }
    }

    @GetMapping("/ui/joined/{name}")
    String joined(@PathVariable String name, Model model) {
        Peer peer = peers.find(new PeerName(name)).orElseThrow(() -> new NotHere("There is no peer '" + name + "'."));
        model.addAttribute("active", "").addAttribute("peer", peer)
                .addAttribute("onlyWeDial", peer.dials() == Peer.Dials.WE);
        return "ui/joined";
    }

    private static String shown(Model model, Form form, @Nullable String refused) {
        model.addAttribute("active", "").addAttribute("form", form).addAttribute("refused", refused);
        return "ui/join";
    }
}
