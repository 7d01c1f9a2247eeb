package io.agentdb.sync.attach;

import io.agentdb.sync.attach.copy.NotWrittenBack;
import io.agentdb.sync.attach.copy.WriteBack;
import io.agentdb.sync.attach.copy.WrittenBack;
import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.sqlite.NoRoomForExport;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.problem.Refusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger log = LoggerFactory.getLogger(AttachmentsController.class);

    private final Attachments attachments;
    private final WriteBack writeBack;

    AttachmentsController(Attachments attachments, WriteBack writeBack) {
        this.attachments = attachments;
        this.writeBack = writeBack;
    }

    @GetMapping
    @Operation(operationId = "listAttachments",
            summary = "The attached files of this process: how each is kept in step, and what is held back")
    List<AttachStatus> list() {
        return attachments.status();
    }

    @PostMapping("/{id}/resume")
    @Operation(operationId = "resumeAttachment",
            summary = "Let an attachment that has stopped, or only reads, look at its file anew",
            description = "What it has stopped for is done then: deletions that were too many for it go through, a file"
                    + " that another node has kept in step is taken over, and rows that are held back are looked at"
                    + " again. 409 if it has not stopped, and holds nothing back.")
    @AnswersWith(409)
    AttachStatus resume(@PathVariable int id) {
        Attachment attachment = find(id);
        if (!attachment.resume()) {
            throw Refusal.of(HttpStatus.CONFLICT, "not-stopped", "The attachment " + id + " has not stopped,"
                    + " and holds nothing back.");
        }
        return attachment.status();
    }

    @PostMapping("/{id}/write-back")
    @Operation(operationId = "writeBackAttachment",
            summary = "Put everything that this node has into a file that is only read, when no agent uses it",
            description = "For files of programs with sql.js, which have them in memory: end those first, since nobody"
                    + " else can know. New rows of the file become records; then a new file takes its place, and the"
                    + " old one stays beside it. What agents have changed or deleted of rows that were records before"
                    + " is as the records say. 409, and the file as it was, if AgentDB's lock is there, if the file"
                    + " is in use or was just changed, or if it has rows that no node keeps.")
    @AnswersWith(409)
    WrittenBack writeBack(@PathVariable int id) {
        Attachment attachment = find(id);
        try {
            attachment.checkReadOnly();
            WrittenBack written = writeBack.write(attachment.settings().file());
            log.info("Wrote {} anew; as it was before, it is in {}", written.path(), written.backup());
            return written;
        } catch (NotWrittenBack | InvalidInput e) {
            throw Refusal.of(HttpStatus.CONFLICT, "not-written-back", e.getMessage());
        } catch (NoRoomForExport e) {
            throw Refusal.of(HttpStatus.INSUFFICIENT_STORAGE, "no-room-for-export", e.getMessage());
        } catch (IOException | SQLException e) {
            log.warn("The attached file {} was not written back", attachment.settings().file(), e);
            throw Refusal.of(HttpStatus.CONFLICT, "not-written-back", "The file or its folder cannot be read or"
                    + " written, and is as it was: give the node's user the rights and its disk the room, and try"
                    + " again.");
        }
    }

    private Attachment find(int id) {
        return attachments.find(id).orElseThrow(() -> new NotHere("There is no attachment " + id
                + "; GET /attachments lists them."));
    }
}
