// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

import java.util.List;
import java.util.stream.Collectors;
import org.chroniclesync.api.storage.StorageException;
import org.chroniclesync.api.sync.SharedServices;
import org.jspecify.annotations.Nullable;

/** The command about the discovery services that all devices use. */
public final class ServiceCommands {
  private ServiceCommands() {}

  /**
   * Does what the words say.
   *
   * @param services the list, or null
   * @param priority of what is added, as it was typed; empty for the one of those that come first
   * @param words what to do, and the URL
   * @throws IllegalArgumentException if the words say nothing that can be done
   * @throws IllegalStateException if there is no list
   * @throws StorageException if the storage could not do it
   * @throws InterruptedException if the session was closed meanwhile
   */
  public static String run(
      @Nullable SharedServices services, boolean json, String priority, List<String> words)
      throws StorageException, InterruptedException {
    if (services == null) {
      throw new IllegalStateException(
          "Shared services are not there: start the bundle org.chroniclesync.account.");
    }
    String what = words.isEmpty() ? "list" : words.get(0);
    boolean adds = what.equals("add");
    if (!adds && !priority.isEmpty()) {
      throw new IllegalArgumentException(Manual.usage("services"));
    }
    if (what.equals("list") && words.size() <= 1) {
      return list(services.all(), json);
    }
    if (words.size() != 2) {
      throw new IllegalArgumentException(Manual.usage("services"));
    }
    return switch (what) {
      case "add" -> add(services, words.get(1), number(priority));
      case "remove" -> remove(services, words.get(1));
      default -> throw new IllegalArgumentException(Manual.usage("services"));
    };
  }

  private static int number(String priority) {
    if (!priority.matches("\\d{0,3}")) {
      throw new IllegalArgumentException(
          "--priority is a whole number from "
              + SharedServices.FIRST
              + " to "
              + SharedServices.MAX_PRIORITY
              + ". The services with the smallest come first.");
    }
    return priority.isEmpty() ? SharedServices.FIRST : Integer.parseInt(priority);
  }

  private static String shown(SharedServices.Shared one) {
    return one.priority() == SharedServices.FIRST
        ? one.url()
        : one.url() + "  (priority " + one.priority() + ")";
  }

  private static String list(List<SharedServices.Shared> all, boolean json) {
    if (json) {
      return Json.services(all);
    }
    return all.isEmpty()
        ? "Your devices share no discovery service. services add URL shares one; status shows those"
            + " that this device uses."
        : all.stream().map(ServiceCommands::shown).collect(Collectors.joining("\n"));
  }

  private static String add(SharedServices services, String url, int priority)
      throws StorageException, InterruptedException {
    if (!services.add(url, priority)) {
      return "Your devices share it already.";
    }
    return priority == SharedServices.FIRST
        ? "All of your devices use it from now on: this one at once, the others when they next sync"
            + " with it. status shows whether it can be reached."
        : "All of your devices use it while none with a smaller priority can be reached, or a device is"
            + " not found there. status says which one stands by.";
  }

  private static String remove(SharedServices services, String url)
      throws StorageException, InterruptedException {
    if (!services.remove(url)) {
      throw new IllegalArgumentException(
          "Your devices do not share it. services lists those that they do; what is configured on"
              + " one device alone is changed there.");
    }
    return "No longer shared. A device that is configured with it keeps using it.";
  }
}
