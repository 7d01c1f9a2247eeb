package io.agentdb.sync.ui;

import io.agentdb.sync.node.LocalNode;
import io.agentdb.sync.postgres.DatabaseFailure;
import io.agentdb.sync.web.access.PageAccess;
import io.agentdb.sync.web.watch.Snapshot;
import io.agentdb.sync.web.watch.Snapshots;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.info.BuildProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What stands around every page: the node, who looks, the counts of the navigation, the version and the process. */
@Component
@ControllerAdvice(basePackageClasses = PageFrame.class)
class PageFrame {

    /**
     * The header's counts.
     *
     * @param version a word that changes with them
     * @param failure why they are not known; the page says so, and shows no zero
     */
    record HeaderCounts(@Nullable Long conflicts, @Nullable Long quarantined, String version,
            @Nullable String failure) { }

    private final LocalNode self;
    private final PageAccess access;
    private final Snapshots snapshots;
    private final String version;
    private final String process;

    PageFrame(LocalNode self, PageAccess access, Snapshots snapshots, Optional<BuildProperties> build) {
        this.self = self;
        this.access = access;
        this.snapshots = snapshots;
        this.version = build.map(BuildProperties::getVersion).orElse("unknown version");
        String host = System.getenv("HOSTNAME");
        this.process = (host == null || host.isBlank() ? "" : host + ", ") + "pid " + ProcessHandle.current().pid();
    }

    /** Not for files, which have no frame: they come without the database, too. */
    @ModelAttribute
    void frame(HttpServletRequest request, Model model) {
        if (!request.getRequestURI().startsWith(AssetController.PLACE)) {
            fill(request, model);
        }
    }

    void fill(HttpServletRequest request, Model model) {
        Visitor who = Visitor.of(request, access.open());
        boolean known = request.getUserPrincipal() != null || access.open();
        model.addAttribute("self", self.nodeId().name()).addAttribute("who", known ? who : null)
                .addAttribute("release", version).addAttribute("process", process)
                .addAttribute("path", request.getRequestURI())
                .addAttribute("assets", AssetController.PLACE).addAttribute("counts", known ? counts() : null);
    }

    private HeaderCounts counts() {
        try {
            Snapshot now = snapshots.now();
            return new HeaderCounts(now.openConflicts(), now.quarantined(), now.part("counts"), now.failure());
        } catch (DataAccessException | TransactionException e) {
            return new HeaderCounts(null, null, "", "the database cannot be read: " + DatabaseFailure.words(e));
        }
    }
}
