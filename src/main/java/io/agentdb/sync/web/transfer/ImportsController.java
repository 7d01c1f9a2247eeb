package io.agentdb.sync.web.transfer;

import io.agentdb.sync.web.access.SignedIn;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.NotHere;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "transfer")
class ImportsController {

    /** The newest. */
    record ImportList(List<ImportRecord> items) { }

    private static final int SHOWN = 50;

    private final Imports imports;

    ImportsController(Imports imports) {
        this.imports = imports;
    }

    @Operation(operationId = "listImports", summary = "The newest imports of this node, those under way among them")
    @GetMapping("/imports")
    ImportList list() {
        return new ImportList(imports.newest(SHOWN));
    }

    @Operation(operationId = "getImport", summary = "How far an import is, and what came of it",
            description = "While it goes on, its report has the first errors alone.")
    @GetMapping("/imports/{id}")
    ImportRecord one(@PathVariable UUID id) {
        return imports.find(id).orElseThrow(() -> new NotHere("There is no import " + id
                + ". The last few hundred are kept."));
    }

    @Operation(operationId = "cancelImport", summary = "End an import after the batch at hand",
            description = "What is stored stays, and importing the same again doubles nothing. One that has ended stays"
                    + " as it is.")
    @AnswersWith(202)
    @DeleteMapping("/imports/{id}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ImportRecord cancel(@PathVariable UUID id) {
        one(id);
        imports.cancel(id, SignedIn.now().name());
        return one(id);
    }
}
