package io.agentdb.sync.ui.node;

import io.agentdb.sync.admission.BlockedClients;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.web.clients.ClientUsage;
import io.agentdb.sync.web.clients.NodeClients;
import io.agentdb.sync.web.clients.NodeConnection;
import io.agentdb.sync.web.problem.NotHere;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Who is connected, what each has left, and who is not let in. */
@Controller
class ClientPages {

    private static final String BACK = "redirect:/ui/clients";
    private static final int LONGEST = 255;

    private final NodeClients clients;
    private final BlockedClients blocked;

    ClientPages(NodeClients clients, BlockedClients blocked) {
        this.clients = clients;
        this.blocked = blocked;
    }

    @GetMapping("/ui/clients")
    String page(Model model) {
        List<NodeConnection> connections = clients.connections();
        List<ClientUsage> usage = clients.usage();
        boolean several = Stream.concat(connections.stream().map(NodeConnection::process),
                usage.stream().map(ClientUsage::process)).distinct().count() > 1;
        model.addAllAttributes(Map.of("active", "clients", "connections", connections, "usage", usage,
                "blocked", blocked.all(), "several", several));
        return "ui/clients";
    }

    @PostMapping("/ui/connections/{id}/drop")
    String drop(@PathVariable String id, HttpServletRequest request, Model model) {
        return switch (clients.close(id)) {
            case CLOSED -> BACK;
            case ASKED_FOR -> Notes.shown(request, model, Notes.ok("Another process of this node has this connection,"
                    + " and closes it within seconds."), "/ui/clients");
            case UNKNOWN -> throw new NotHere("This connection is closed already.");
        };
    }

    @PostMapping("/ui/blocked")
    String block(Form form) {
        String client = form.text("client").strip();
        if (client.isEmpty() || client.length() > LONGEST) {
            throw new InvalidInput("client", "must be a name or an address of 1 to " + LONGEST + " characters");
        }
        blocked.block(client, form.has("reason") ? form.text("reason").strip() : null);
        return BACK;
    }

    @PostMapping("/ui/blocked/lift")
    String lift(Form form) {
        if (!blocked.lift(form.text("client"))) {
            throw new NotHere("This client is not blocked any more.");
        }
        return BACK;
    }
}
