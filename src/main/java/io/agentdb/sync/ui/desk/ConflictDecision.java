package io.agentdb.sync.ui.desk;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.review.conflict.ConflictBatches;
import io.agentdb.sync.review.conflict.ConflictFilter;
import io.agentdb.sync.review.conflict.ConflictRefused;
import io.agentdb.sync.review.conflict.ConflictSummaries;
import io.agentdb.sync.review.conflict.LoggedConflict;
import io.agentdb.sync.review.conflict.ResolutionRequest;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.ui.PageFailures;
import io.agentdb.sync.ui.Visitor;
import io.agentdb.sync.ui.words.ConflictDesk;
import io.agentdb.sync.web.access.PageAccess;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.watch.Snapshots;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a person makes of a conflict. Who comes second is told, and keeps what was filled in. */
@Controller
class ConflictDecision {

    private final ConflictPages pages;
    private final ConflictBatches batches;
    private final ConflictSummaries summaries;
    private final Snapshots snapshots;
    private final PageAccess access;
    private final JsonMapper json;

    ConflictDecision(ConflictPages pages, ConflictBatches batches, ConflictSummaries summaries,
            Snapshots snapshots, PageAccess access, JsonMapper json) {
        this.pages = pages;
        this.batches = batches;
        this.summaries = summaries;
        this.snapshots = snapshots;
        this.access = access;
        this.json = json;
    }

    @PostMapping("/ui/conflicts/{id}")
    String decide(@PathVariable long id, @RequestParam MultiValueMap<String, String> asked, Form form,
            HttpServletRequest request, HttpServletResponse response, Model model) {
        Map<String, List<String>> filters = ConflictPages.filters(asked);
        LoggedConflict conflict = pages.find(id);
        // Before it is decided and leaves the list of the open ones.
        ConflictSummaries.Neighbours around = summaries.around(ConflictFilter.of(filters), id);
        try {
            batches.decide(id, ResolutionRequest.read(decision(conflict, form, request)));
        } catch (ConflictRefused e) {
            if (e.reason() == ConflictRefused.Obstacle.UNKNOWN) {
                throw new NotHere("There is no conflict " + id + ". It may be past its retention.");
            }
            return again(id, filters, form, HttpStatus.CONFLICT, refusal(e, pages.find(id)), response, model);
        } catch (InvalidInput e) {
            return again(id, filters, form, HttpStatus.BAD_REQUEST,
                    "Nothing was changed: " + String.join("; ", PageFailures.flaws(e)), response, model);
        }
        snapshots.changed();
        Long next = around.older() != null ? around.older() : around.newer();
        return "redirect:/ui/conflicts" + (next == null ? "" : "/" + next)
                + ConflictPages.query(filters, "decided", String.valueOf(id));
    }

    private ObjectNode decision(LoggedConflict conflict, Form form, HttpServletRequest request) {
        ObjectNode body = json.createObjectNode().put("by", Visitor.of(request, access.open()).name());
        if (form.has("expected")) {
            body.put("expected", form.text("expected"));
        }
        String pick = form.text("pick");
        body.put("pick", pick);
        if (pick.equals("record")) {
            if (conflict.local().deleted() || conflict.remote().deleted()) {
                throw new InvalidInput("", "one side has deleted the record: keep it or delete it");
            }
            body.set("record", ConflictDesk.record(conflict, form::text));
        }
        return body;
    }

    private String again(long id, Map<String, List<String>> filters, Form form, HttpStatus status, String why,
            HttpServletResponse response, Model model) {
        model.addAttribute("refused", why);
        pages.show(pages.find(id), filters, form, model);
        response.setStatus(status.value());
        return "ui/conflict";
    }

    private static String refusal(ConflictRefused why, LoggedConflict now) {
        if (why.reason() == ConflictRefused.Obstacle.RESOLVED) {
            return (now.resolvedBy() == null ? "Somebody who gave no name" : now.resolvedBy())
                    + " decided this conflict before you (" + now.resolution() + "). Nothing of yours was stored. Your"
                    + " choices are still here: to change the record, edit it.";
        }
        return "The record was changed while you looked at it. Nothing was stored. Your choices are still here: look at"
                + " the record as it is now, and decide again if you still mean it.";
    }
}
