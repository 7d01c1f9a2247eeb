package io.agentdb.sync.ui.pairing;

import io.agentdb.sync.pairing.Invitation;
import io.agentdb.sync.pairing.Invitations;
import io.agentdb.sync.ui.Form;
import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.problem.NotHere;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Making a text for another node, and what became of those that were made. */
@Controller
class InvitePages {

    /** What the form offers. */
    private static final Map<String, Duration> TIMES = Map.of("15m", Invitations.LASTS, "1h", Duration.ofHours(1),
            "24h", Invitations.LONGEST);

    private final Invitations invitations;

    InvitePages(Invitations invitations) {
        this.invitations = invitations;
    }

    @GetMapping("/ui/invite")
    String page(Model model) {
        return shown(model, new Form(Map.of()), null);
    }

    /** Not a way to another page: what was made is shown here alone. */
    @PostMapping("/ui/invitations")
    String make(Form form, Model model) {
        try {
            Invitations.Made made = invitations.make(form.has("name") ? form.text("name").strip() : null,
                    TIMES.getOrDefault(form.text("for"), Invitations.LASTS), addresses(form), SignedIn.now().name());
            model.addAttribute("made", made);
            return shown(model, new Form(Map.of()), null);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return shown(model, form, e.getMessage());
        }
    }

    @PostMapping("/ui/invitations/{id}/withdraw")
    String withdraw(@PathVariable UUID id, Model model) {
        Invitation now = invitations.withdraw(id).orElseThrow(() -> new NotHere("There is no such invitation."));
        return now.state() != Invitation.InvitationState.USED ? "redirect:/ui/invite"
                : shown(model, new Form(Map.of()), "Node " + now.usedBy() + " was faster and has used it. It is the"
                        + " peer " + now.peer() + " now.");
    }

    /** Of a form: with blanks, commas or lines between them. */
    static List<String> addresses(Form form) {
        return Stream.of(form.text("addresses").split("[\\s,;]+")).filter(one -> !one.isEmpty()).toList();
    }

    private String shown(Model model, Form form, @Nullable String refused) {
        model.addAttribute("active", "").addAttribute("form", form).addAttribute("refused", refused)
                .addAttribute("invitations", invitations.all());
        return "ui/invite";
    }
}
