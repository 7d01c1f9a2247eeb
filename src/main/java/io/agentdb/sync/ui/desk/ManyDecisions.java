package io.agentdb.sync.ui.desk;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.review.conflict.BatchItem;
import io.agentdb.sync.review.conflict.BatchRequest;
import io.agentdb.sync.review.conflict.BatchRequest.BatchPick;
import io.agentdb.sync.review.conflict.BatchResult;
import io.agentdb.sync.review.conflict.ConflictFilter;
import io.agentdb.sync.review.conflict.ConflictSummaries;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.web.access.AuditTrail;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.review.BatchDecisions;
import io.agentdb.sync.web.watch.Snapshots;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Many conflicts at once: what would become of each, one word that makes it so, and one that takes all of it back. */
@Controller
class ManyDecisions {

    private static final String PAGE = "ui/many";
    /** Beyond, nobody reads them; each is decided by the same rule. */
    private static final int SHOWN = 200;

    private final BatchDecisions decisions;
    private final ConflictSummaries summaries;
    private final Snapshots snapshots;

    ManyDecisions(BatchDecisions decisions, ConflictSummaries summaries, Snapshots snapshots) {
        this.decisions = decisions;
        this.summaries = summaries;
        this.snapshots = snapshots;
    }

    /** Of those that were chosen, or of all that match the filter in the address. */
    @PostMapping("/ui/conflicts/preview")
    String preview(@RequestParam MultiValueMap<String, String> asked, Form form, HttpServletRequest request,
            Model model) {
        AuditTrail.onlyRead(request);
        Map<String, List<String>> filters = ConflictPages.filters(asked);
        boolean all = form.text("which").equals("all");
        if (all && !filters.containsKey("outcome")) {
            throw new InvalidInput("", "Decided conflicts are chosen one by one: choose a state first.");
        }
        BatchRequest chosen = new BatchRequest(all ? null : ids(form), all ? ConflictFilter.of(filters) : null,
                pick(form), true, null);
        BatchResult would = decisions.preview(chosen);
        fill(would, chosen.pick(), filters, model);
        model.addAttribute("chosen", would.items().stream().filter(item -> item.becomes() != null)
                .map(BatchItem::conflict).toList());
        return PAGE;
    }

    @PostMapping("/ui/conflicts/resolutions")
    String decide(@RequestParam MultiValueMap<String, String> asked, Form form, Model model) {
        BatchPick pick = pick(form);
        BatchResult done = decisions.decide(new BatchRequest(ids(form), null, pick, false, null),
                SignedIn.now().name());
        snapshots.changed();
        fill(done, pick, ConflictPages.filters(asked), model);
        return PAGE;
    }

    @PostMapping("/ui/conflicts/resolutions/{batch}/undo")
    String undo(@PathVariable UUID batch, @RequestParam MultiValueMap<String, String> asked, Model model) {
        Map<String, List<String>> filters = ConflictPages.filters(asked);
        ConflictFilter.of(filters);
        BatchResult done = decisions.undo(batch);
        snapshots.changed();
        if (done.items().size() == 1 && done.decided() == 1) {
            return "redirect:/ui/conflicts/" + done.items().get(0).conflict()
                    + ConflictPages.query(filters, "undone", "yes");
        }
        fill(done, null, filters, model);
        return PAGE;
    }

    private void fill(BatchResult result, @Nullable BatchPick pick,
            Map<String, List<String>> filters, Model model) {
        List<BatchItem> first = result.items().stream().limit(SHOWN).toList();
        model.addAllAttributes(Map.of("active", "conflicts", "result", result, "query",
                ConflictPages.query(filters, null, ""), "rows", first, "hidden", result.items().size() - first.size(),
                "summaries", summaries.of(first.stream().map(BatchItem::conflict).toList()), "undone", pick == null,
                "deleted", result.items().stream().filter(item -> item.becomes() != null && item.becomes().deleted())
                        .count(), "chosen", List.of()));
        model.addAttribute("pick", pick == null ? null : pick.label());
    }

    private static BatchPick pick(Form form) {
        return Arrays.stream(BatchPick.values()).filter(pick -> pick.label().equals(form.text("pick"))).findFirst()
                .orElseThrow(() -> new InvalidInput("", "Say what is to become of them: this node’s version, the"
                        + " other’s, both merged, or the newer."));
    }

    private static List<Long> ids(Form form) {
        List<String> given = form.fields().getOrDefault("id", List.of());
        if (given.isEmpty() || given.size() > BatchRequest.MOST
                || !given.stream().allMatch(id -> id.matches("\\d{1,18}"))) {
            throw new InvalidInput("", given.isEmpty() ? "No conflict is chosen: tick some, or take all that match."
                    : "1 to " + BatchRequest.MOST + " conflicts are decided at once.");
        }
        return given.stream().map(Long::valueOf).distinct().toList();
    }
}
