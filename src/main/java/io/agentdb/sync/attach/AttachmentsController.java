package io.agentdb.sync.attach;

import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Files of AgentDB's that this node keeps in step. */
@RestController
@RequestMapping("/attachments")
@Tag(name = "attachments")
class AttachmentsController {

    private final Attachments attachments;

    AttachmentsController(Attachments attachments) {
        this.attachments = attachments;
    }

    @GetMapping
    @Operation(summary = "The attached files of this process: how each is kept in step, and what is held back")
    List<AttachStatus> list() {
        return attachments.status();
    }

    @PostMapping("/{id}/resume")
    @Operation(summary = "Let an attachment that has stopped, or only reads, look at its file anew",
            description = "What it has stopped for is done then: deletions that were too many for it go through, a file"
                    + " that another node has kept in step is taken over. 409 if it has not stopped.")
    AttachStatus resume(@PathVariable int id) {
        Attachment attachment = attachments.find(id).orElseThrow(() -> new NotHere("There is no attachment " + id
                + "; GET /attachments lists them."));
        if (!attachment.resume()) {
            throw Refusal.of(HttpStatus.CONFLICT, "not-stopped", "The attachment " + id + " has not stopped.");
        }
        return attachment.status();
    }
}
