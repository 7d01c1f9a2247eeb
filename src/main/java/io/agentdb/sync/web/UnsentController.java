package io.agentdb.sync.web;

import io.agentdb.sync.replica.feed.UnsentTable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What this node can send to nobody. */
@RestController
@Tag(name = "quarantine")
class UnsentController {

    private static final int MOST = 1_000;

    private final UnsentTable table;

    UnsentController(UnsentTable table) {
        this.table = table;
    }

    @GetMapping("/unsent")
    @Operation(operationId = "listUnsent",
            summary = "Versions here that can be sent to no peer, the last that were left out first, at most 1000",
            description = "They stay on this node until the record changes; everything behind them is sent.")
    List<UnsentTable.UnsentVersion> list() {
        return table.list(MOST);
    }
}
