package io.agentdb.sync.web.access;

import io.agentdb.sync.coordinator.ProcessLock;
import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.web.access.AdminSettings.Role;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.boot.info.BuildProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tells a caller as whom it is known, and who answers. */
@RestController
@Tag(name = "status")
class WhoAmIController {

    /**
     * @param open whether everybody may do everything, so that name and role say nothing
     * @param node this node's id
     * @param process which of the node's processes answers; another one after each start
     */
    record WhoAmI(String name, @Schema(allowableValues = {"viewer", "operator"}) String role, boolean open, String node,
            UUID process, String version) { }

    private final AdminSettings settings;
    private final LocalNode self;
    private final ProcessLock process;
    private final String version;

    WhoAmIController(AdminSettings settings, LocalNode self, ProcessLock process, Optional<BuildProperties> build) {
        this.settings = settings;
        this.self = self;
        this.process = process;
        this.version = build.map(BuildProperties::getVersion).orElse("unknown");
    }

    @GetMapping("/whoami")
    @Operation(operationId = "whoAmI", summary = "As whom this node knows the caller, and which process answers")
    WhoAmI whoAmI() {
        SignedIn who = SignedIn.now();
        Role role = who.operator() ? Role.OPERATOR : Role.VIEWER;
        return new WhoAmI(who.name(), role.name().toLowerCase(Locale.ROOT), settings.open(), self.nodeId().name(),
                process.id(), version);
    }
}
