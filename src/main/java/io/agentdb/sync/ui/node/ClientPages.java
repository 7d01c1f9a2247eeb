package io.agentdb.sync.ui.node;

import io.agentdb.sync.admission.BlockedClients;
import io.agentdb.sync.admission.ConnectionRegistry;
import io.agentdb.sync.admission.RateLimits;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.web.problem.NotHere;
import java.util.Map;
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

    private final ConnectionRegistry connections;
    private final RateLimits limits;
    private final BlockedClients blocked;

    ClientPages(ConnectionRegistry connections, RateLimits limits, BlockedClients blocked) {
        this.connections = connections;
        this.limits = limits;
        this.blocked = blocked;
    }

    @GetMapping("/ui/clients")
    String page(Model model) {
        model.addAllAttributes(Map.of("active", "clients", "connections", connections.views(), "usage", limits.usage(),
                "blocked", blocked.all()));
        return "ui/clients";
    }

    @PostMapping("/ui/connections/{id}/drop")
    String drop(@PathVariable String id) {
        if (!connections.close(id, "closed by the operator")) {
            throw new NotHere("This connection is closed already, or is another process's.");
        }
        return BACK;
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
