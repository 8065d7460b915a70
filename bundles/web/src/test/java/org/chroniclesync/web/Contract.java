// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;

/** What the description of the API promises. */
final class Contract {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonNode description;

  Contract() throws IOException {
    description = MAPPER.readTree(Description.read());
  }

  /** All operations, as method, blank and path. */
  Set<String> operations() {
    Set<String> all = new TreeSet<>();
    description
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method ->
                            all.add(
                                method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey())));
    return all;
  }

  /** What is wrong with an answer; nothing if it is as described. */
  Set<ValidationMessage> check(String method, String path, int status, String type, String body)
      throws IOException {
    JsonNode responses = description.at("/paths").path(path).path(method).path("responses");
    JsonNode response =
        responses.has(String.valueOf(status))
            ? responses.path(String.valueOf(status))
            : description.at("/components/responses/Problem");
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      return body.isEmpty()
          ? Set.of()
          : schema(MAPPER.readTree("false")).validate(MAPPER.readTree("1"));
    }
    JsonNode schema = content.path(type.split(";", 2)[0]).path("schema");
    if (schema.isMissingNode()) {
      throw new AssertionError(method + " " + path + " answers " + status + " with " + type);
    }
    return schema(schema).validate(MAPPER.readTree(body));
  }

  private JsonSchema schema(JsonNode schema) {
    ObjectNode whole = MAPPER.createObjectNode();
    whole.putArray("allOf").add(schema);
    whole.set("components", description.path("components"));
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole, config);
  }
}
