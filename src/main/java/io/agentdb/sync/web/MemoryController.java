package io.agentdb.sync.web;

import io.agentdb.sync.memory.InvalidInput;
import io.agentdb.sync.memory.MemoryRecord;
import io.agentdb.sync.memory.Shape;
import io.agentdb.sync.memory.input.Edits;
import io.agentdb.sync.memory.listing.ListPage;
import io.agentdb.sync.memory.listing.PageRequest;
import io.agentdb.sync.memory.store.MemoryFilter;
import io.agentdb.sync.memory.store.MemoryStore;
import io.agentdb.sync.memory.store.Place;
import io.agentdb.sync.memory.store.Written;
import io.agentdb.sync.web.openapi.AnswersWith;
import io.agentdb.sync.web.problem.NotHere;
import io.agentdb.sync.web.request.JsonBody;
import io.swagger.v3.oas.annotations.Operation;
import java.net.URI;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import tools.jackson.databind.node.ObjectNode;

/** What REST offers for every kind of record. */
abstract class MemoryController<T extends MemoryRecord> {


    private final MemoryStore store;
    private final Shape<T> shape;

    MemoryController(MemoryStore store, Shape<T> shape) {
        this.store = store;
        this.shape = shape;
    }

    @Operation(summary = "Create a record", description =
            "Fields are accepted in camelCase, snake_case and AgentDB's own"
                    + " spellings; times as ISO 8601, seconds or milliseconds. 409 if the record exists.")
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @AnswersWith({201, 409, 422})
    ResponseEntity<T> create(@RequestBody ObjectNode body) {
        T created = store.create(shape, Edits.created(shape, body));
        return ResponseEntity.created(location(created.id())).body(created);
    }

    @Operation(summary = "Get a record by its id")
    @GetMapping("/{id}")
    T get(@PathVariable UUID id) {
        return store.find(shape, id).orElseThrow(() -> notHere(id));
    }

    @Operation(summary = "Create or replace a record under its id",
            description = "Fields that the body leaves out are removed,"
            + " except the times. Writing what is already there changes nothing. 409 if the body is about another"
            + " record:" + " a skill's name, and an edge's ends and relationship, are its identity.")
    @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @AnswersWith({200, 201, 409, 422})
    ResponseEntity<T> replace(@PathVariable UUID id, @RequestBody ObjectNode body) {
        Written<T> written = store.write(shape, id, present -> Edits.replaced(shape, id, present, body)).orElseThrow();
        return written.created() ? ResponseEntity.created(location(id)).body(written.item())
                : ResponseEntity.ok(written.item());
    }

    @Operation(summary = "Change some fields of a record",
            description = "A JSON merge patch (RFC 7396): null removes a field,"
                    + " objects such as metadata are merged. Concurrent patches are applied one after the other.")
    @PatchMapping(path = "/{id}", consumes = {JsonBody.MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
    @AnswersWith({409, 422})
    T patch(@PathVariable UUID id, @RequestBody ObjectNode body) {
        return store.write(shape, id, present -> present == null ? null : Edits.patched(shape, present, body))
                .orElseThrow(() -> notHere(id)).item();
    }

    @Operation(summary = "Delete a record", description = "The delete is kept as a tombstone and reaches every peer.")
    @DeleteMapping("/{id}")
    ResponseEntity<Void> delete(@PathVariable UUID id) {
        if (!store.delete(shape, id)) {
            throw notHere(id);
        }
        return ResponseEntity.noContent().build();
    }

    /** @throws InvalidInput for every parameter that is unknown or wrong */
    ListPage<T> page(MultiValueMap<String, String> parameters) {
        PageRequest asked = PageRequest.of(parameters);
        return store.list(shape, MemoryFilter.of(shape.kind(), asked.filters()), asked.limit(),
                asked.cursor().map(token -> Place.parse(shape.kind(), token)).orElse(null));
    }

    private URI location(UUID id) {
        return URI.create("/" + shape.kind() + "/" + id);
    }

    private NotHere notHere(UUID id) {
        return new NotHere("There is no " + id + " among the " + shape.kind() + ".");
    }
}
