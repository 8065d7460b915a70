// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.metatype.AttributeDefinition;
import org.osgi.service.metatype.MetaTypeInformation;
import org.osgi.service.metatype.ObjectClassDefinition;

/** What can be set of the parts, as their metatype says, and what is set. */
final class PartSettings {
  private static final int MAX_VALUE_CHARS = 10_000;
  private static final int MAX_VALUES = 100;
  private static final String MASKED = "";
  private static final Set<Integer> NUMBERS =
      Set.of(
          AttributeDefinition.INTEGER,
          AttributeDefinition.LONG,
          AttributeDefinition.SHORT,
          AttributeDefinition.BYTE,
          AttributeDefinition.DOUBLE,
          AttributeDefinition.FLOAT);

  private final Services services;
  private final BundleContext context;
  private final KeptSettings kept;

  PartSettings(Services services, BundleContext context, KeptSettings kept) {
    this.services = services;
    this.context = context;
    this.kept = kept;
  }

  /** A PID, or that of a factory and a name, and where it is described. */
  private record Target(
      String pid, @Nullable String name, Bundle bundle, ObjectClassDefinition definition) {
    String id() {
      return name == null ? pid : pid + "~" + name;
    }
  }

  /** The PIDs that a bundle describes; of a factory, those of its configurations, too. */
  List<String> pids(Bundle bundle) {
    MetaTypeInformation information = services.metatypes().getMetaTypeInformation(bundle);
    if (information == null) {
      return List.of();
    }
    List<String> all = new ArrayList<>(Arrays.asList(information.getPids()));
    for (String factory : information.getFactoryPids()) {
      all.add(factory);
      all.addAll(instances(factory));
    }
    return all;
  }

  private List<String> instances(String factory) {
    try {
      Configuration[] found =
          services.configurations().listConfigurations("(service.factoryPid=" + factory + ")");
      return found == null
          ? List.of()
          : Arrays.stream(found).map(Configuration::getPid).filter(id -> id.contains("~")).toList();
    } catch (IOException | InvalidSyntaxException e) {
      throw Problem.failed(
          Code.SETTINGS_UNREADABLE,
          "The settings cannot be read.",
          "The log of the node says why.");
    }
  }

  private Target target(String id) {
    int tilde = id.indexOf('~');
    String pid = tilde < 0 ? id : id.substring(0, tilde);
    String name = tilde < 0 ? null : id.substring(tilde + 1);
    if (name != null && !name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw Problem.wrong(
          Code.SETTINGS_GONE, "This is no name of a configuration.", "Use letters and digits.");
    }
    for (Bundle bundle : context.getBundles()) {
      MetaTypeInformation information = services.metatypes().getMetaTypeInformation(bundle);
      if (information != null && isOf(information, pid, name)) {
        return new Target(pid, name, bundle, information.getObjectClassDefinition(pid, null));
      }
    }
    throw Problem.unknown(
        Code.SETTINGS_GONE, "Nothing can be set by this name.", "Take one of the parts.");
  }

  private static boolean isOf(MetaTypeInformation information, String pid, @Nullable String name) {
    String[] pids = name == null ? information.getPids() : information.getFactoryPids();
    return Arrays.asList(pids).contains(pid)
        || (name == null && Arrays.asList(information.getFactoryPids()).contains(pid));
  }

  // --- What is set ------------------------------------------------------------------------------

  ObjectNode json(String id) {
    Target target = target(id);
    ObjectClassDefinition definition = target.definition();
    Map<String, Object> stored = stored(target);
    Map<String, Object> set = stored == null ? Map.of() : stored;
    ObjectNode root =
        Json.object()
            .put("pid", target.id())
            .put("name", definition.getName())
            .put("description", text(definition.getDescription()))
            .put("stored", stored != null);
    ArrayNode array = root.putArray("settings");
    Map<String, Ranges.Range> ranges = Ranges.of(target.bundle());
    for (AttributeDefinition one : attributes(definition)) {
      Ranges.Range range = ranges.getOrDefault(one.getID(), Ranges.NONE);
      array.add(setting(one, range, set.get(one.getID())));
    }
    return root;
  }

  private static AttributeDefinition[] attributes(ObjectClassDefinition definition) {
    AttributeDefinition[] all = definition.getAttributeDefinitions(ObjectClassDefinition.ALL);
    return all == null ? new AttributeDefinition[0] : all;
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static ObjectNode setting(
      AttributeDefinition one, Ranges.Range range, @Nullable Object value) {
    boolean several = one.getCardinality() != 0;
    boolean secret = one.getType() == AttributeDefinition.PASSWORD || isSecret(one.getID());
    ObjectNode node =
        Json.object()
            .put("key", one.getID())
            .put("name", text(one.getName()))
            .put("description", text(one.getDescription()))
            .put("type", secret ? "secret" : type(one.getType()))
            .put("several", several)
            .put("least", range.least())
            .put("most", range.most());
    ArrayNode choices = node.putArray("choices");
    String[] labels = one.getOptionLabels();
    String[] values = one.getOptionValues();
    for (int i = 0; labels != null && values != null && i < values.length; i++) {
      choices.addObject().put("value", values[i]).put("label", labels[i]);
    }
    String[] absent = one.getDefaultValue();
    node.set("default", shown(absent == null ? List.of() : Arrays.asList(absent), several));
    List<String> now = value == null ? null : texts(value);
    node.put("set", now != null);
    if (now == null) {
      node.set("value", node.get("default"));
    } else if (secret) {
      // Never out of the node again.
      node.put("value", MASKED);
    } else {
      node.set("value", shown(now, several));
    }
    return node;
  }

  private static boolean isSecret(String key) {
    String lower = key.toLowerCase(java.util.Locale.ROOT);
    return lower.startsWith(".") || lower.contains("password") || lower.contains("secret");
  }

  private static String type(int type) {
    if (type == AttributeDefinition.BOOLEAN) {
      return "switch";
    }
    return NUMBERS.contains(type) ? "number" : "text";
  }

  private static JsonNode shown(List<String> values, boolean several) {
    if (several) {
      ArrayNode array = Json.array();
      values.forEach(array::add);
      return array;
    }
    ObjectNode holder = Json.object();
    holder.put("value", values.isEmpty() ? "" : values.get(0));
    return holder.get("value");
  }

  private static List<String> texts(Object value) {
    if (value instanceof Object[] several) {
      return Arrays.stream(several).map(String::valueOf).toList();
    }
    return value instanceof Collection<?> several
        ? several.stream().map(String::valueOf).toList()
        : List.of(String.valueOf(value));
  }

  /** What was written for it; null if nothing ever was, as many parts wait for. */
  private @Nullable Map<String, Object> stored(Target target) {
    Map<String, Object> set = new LinkedHashMap<>();
    try {
      // As it was written: a reference to a secret stays one.
      Dictionary<String, Object> properties = configuration(target).getProperties();
      if (properties == null) {
        return null;
      } else {
        properties.keys().asIterator().forEachRemaining(key -> set.put(key, properties.get(key)));
      }
    } catch (IOException e) {
      throw Problem.failed(
          Code.SETTINGS_UNREADABLE,
          "The settings cannot be read.",
          "The log of the node says why.");
    }
    return set;
  }

  private Configuration configuration(Target target) throws IOException {
    String name = target.name();
    return name == null
        ? services.configurations().getConfiguration(target.pid(), "?")
        : services.configurations().getFactoryConfiguration(target.pid(), name, "?");
  }

  // --- What is to be set ------------------------------------------------------------------------

  void change(String id, ObjectNode values) {
    Target target = target(id);
    Map<String, AttributeDefinition> known = new LinkedHashMap<>();
    for (AttributeDefinition one : attributes(target.definition())) {
      known.put(one.getID(), one);
    }
    Map<String, @Nullable Object> checked = new LinkedHashMap<>();
    values
        .properties()
        .forEach(
            entry -> {
              AttributeDefinition definition = known.get(entry.getKey());
              if (definition == null) {
                throw Problem.wrong(
                    Code.SETTING_GONE,
                    "There is nothing of that name to set.",
                    "There are: " + String.join(", ", new TreeSet<>(known.keySet())) + ".");
              }
              checked.put(entry.getKey(), checked(definition, entry.getValue()));
            });
    store(target, checked);
  }

  private static @Nullable Object checked(AttributeDefinition definition, JsonNode given) {
    if (given.isNull()) {
      return null;
    }
    String key = definition.getID();
    boolean several = definition.getCardinality() != 0;
    if (several != given.isArray() || given.size() > MAX_VALUES) {
      throw Problem.wrong(
              Code.SETTING_REFUSED,
              key + " is " + (several ? "no list, or too long a list." : "a list, or an object."),
              several ? "Give a list of at most " + MAX_VALUES + "." : "Give one value.")
          .with("key", key);
    }
    if (!several) {
      return checkedText(definition, given);
    }
    List<String> texts = new ArrayList<>();
    given.forEach(one -> texts.add(checkedText(definition, one)));
    return texts.toArray(String[]::new);
  }

  private static String checkedText(AttributeDefinition definition, JsonNode given) {
    String key = definition.getID();
    if (!given.isValueNode() || given.isNull() || given.asText().length() > MAX_VALUE_CHARS) {
      throw Problem.wrong(
              Code.SETTING_REFUSED,
              key + " has no value that can be set.",
              "Give a text or a number.")
          .with("key", key);
    }
    String text = given.asText();
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw Problem.wrong(Code.SETTING_REFUSED, key + " has control characters.", "Leave them out.")
          .with("key", key);
    }
    if (text.startsWith("$[")) {
      return text; // a reference, whose value only the part gets
    }
    String fault = definition.validate(text.replace("\\", "\\\\").replace(",", "\\,"));
    if (fault != null && !fault.isEmpty()) {
      throw Problem.wrong(
              Code.SETTING_REFUSED,
              key + " cannot be that: " + fault + ".",
              text(definition.getDescription()).isEmpty()
                  ? "Choose another value."
                  : text(definition.getDescription()))
          .with("key", key)
          .with("why", fault + ".");
    }
    return text;
  }

  private void store(Target target, Map<String, @Nullable Object> changes) {
    try {
      Configuration configuration = configuration(target);
      Dictionary<String, Object> properties = configuration.getProperties();
      Dictionary<String, Object> next =
          properties == null ? FrameworkUtil.asDictionary(new LinkedHashMap<>()) : properties;
      changes.forEach(
          (key, value) -> {
            if (value == null) {
              next.remove(key);
            } else {
              next.put(key, value);
            }
          });
      kept.keep(target.id(), changes);
      configuration.update(next);
    } catch (IOException e) {
      throw Problem.failed(
              Code.SETTINGS_NOT_KEPT,
              "The settings could not be kept: " + Problem.sentence(e) + ".",
              "Check the disk of the data folder.")
          .with("why", Problem.sentence(e));
    }
  }
}
