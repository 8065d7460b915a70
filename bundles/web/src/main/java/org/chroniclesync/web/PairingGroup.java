// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chroniclesync.api.crypto.Mnemonics;
import org.chroniclesync.api.pairing.Invitation;
import org.chroniclesync.support.carried.CompactSignal;
import org.chroniclesync.support.mnemonic.WordList;
import org.jspecify.annotations.Nullable;

/** How devices come together: by a code, by the words, or by texts that a person carries. */
final class PairingGroup implements Routes.Group {
  /** More than two devices take. */
  private static final long JOIN_SECONDS = 120;

  /** Longer than the default limit of the bundle, so that its own message is shown. */
  private static final long CARRY_SECONDS = 40;

  private static final int MAX_WORDS_CHARS = 1_000;
  private static final int MAX_CARRIED_CHARS = 65_536;
  private static final int MAX_COMPLETIONS = 12;

  private final Services services;
  private final Works works;

  PairingGroup(Services services, Works works) {
    this.services = services;
    this.works = works;
  }

  @Override
  public void addTo(Routes routes) {
    routes
        .get(Routes.PREFIX + "/pairing/code", exchange -> exchange.json(code()))
        .post(Routes.PREFIX + "/pairing/code", this::draw)
        .delete(Routes.PREFIX + "/pairing/code", this::withdraw)
        .post(Routes.PREFIX + "/pairing/join", this::join)
        .post(Routes.PREFIX + "/words/check", this::check)
        .post(Routes.PREFIX + "/words/complete", this::complete)
        .post(Routes.PREFIX + "/words/show", this::show)
        .post(Routes.PREFIX + "/words/replace", this::replace)
        .post(Routes.PREFIX + "/words/renew", this::renew)
        .post(Routes.PREFIX + "/manual/offer", this::offer)
        .post(Routes.PREFIX + "/manual/answer", this::answer)
        .post(Routes.PREFIX + "/manual/accept", this::accept);
  }

  // --- By a code --------------------------------------------------------------------------------

  private ObjectNode code() {
    return json(services.pairing().invitation());
  }

  private static ObjectNode json(@Nullable Invitation invitation) {
    if (invitation == null) {
      return Json.object().put("state", "none");
    }
    ObjectNode root = Json.object().put("until", invitation.until().toString());
    Invitation.State state = invitation.state();
    if (state instanceof Invitation.State.Open) {
      return root.put("state", "open").put("code", invitation.code());
    }
    if (state instanceof Invitation.State.Given given) {
      return root.put("state", "given").put("device", given.device());
    }
    if (state instanceof Invitation.State.Ended ended) {
      return root.put("state", "ended").put("why", ended.why());
    }
    return root.put("state", "meeting");
  }

  private void draw(Exchange exchange) throws IOException {
    Body.of(exchange.body());
    try {
      exchange.json(HttpServletResponse.SC_CREATED, json(services.pairing().invite()));
    } catch (IllegalStateException e) {
      throw conflict(e);
    }
  }

  private void withdraw(Exchange exchange) {
    services.pairing().withdraw();
    exchange.nothing();
  }

  private void join(Exchange exchange) throws IOException {
    String code = Body.of(exchange.body(), "code").required("code", 100);
    try {
      CompletionStage<String> joining = services.pairing().join(code);
      Works.Work work =
          works.begin(
              "join",
              "Looking for the device that shows the code.",
              progress -> joined(await(joining, JOIN_SECONDS)));
      exchange.json(HttpServletResponse.SC_ACCEPTED, work.json());
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.CODE_REFUSED, e);
    } catch (IllegalStateException e) {
      throw conflict(e);
    }
  }

  private static Works.Result joined(String device) {
    return new Works.Result(
        "This device is in the account of "
            + device
            + " now. Its history stays, and is shared there.",
        Json.object().put("device", device));
  }

  private static Problem conflict(Exception e) {
    return Problem.conflict(
        Code.PAIRING_REFUSED, Problem.sentence(e), "Look at the state of the node, and try again.");
  }

  private static String await(CompletionStage<String> stage, long seconds)
      throws InterruptedException {
    try {
      return stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("There was no result within " + seconds + " s.", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(Problem.sentence(cause), cause);
    }
  }

  // --- By the words -----------------------------------------------------------------------------

  private void check(Exchange exchange) throws IOException {
    char[] typed = words(exchange);
    ObjectNode root = Json.object();
    ArrayNode wrong = Json.array();
    Mnemonics.Check check = services.mnemonics().check(typed);
    if (check instanceof Mnemonics.Check.Usable usable) {
      Arrays.fill(usable.phrase(), '\0');
      root.put("state", "usable").put("words", 24).put("checksum", usable.checksum());
    } else if (check instanceof Mnemonics.Check.WrongLength length) {
      root.put("state", "wrong-length").put("words", length.words());
    } else if (check instanceof Mnemonics.Check.Misspelt misspelt) {
      root.put("state", "misspelt").put("words", 24);
      for (Mnemonics.WrongWord word : misspelt.words()) {
        ArrayNode likely =
            wrong
                .addObject()
                .put("position", word.position())
                .put("word", word.word())
                .putArray("likely");
        word.likely().forEach(likely::add);
      }
    }
    Arrays.fill(typed, '\0');
    root.set("wrong", wrong);
    exchange.json(root);
  }

  private static char[] words(Exchange exchange) throws IOException {
    return Body.of(exchange.body(), "words").required("words", MAX_WORDS_CHARS).toCharArray();
  }

  private void complete(Exchange exchange) throws IOException {
    String start =
        Body.of(exchange.body(), "start").required("start", 16).strip().toLowerCase(Locale.ROOT);
    ObjectNode root = Json.object();
    ArrayNode array = root.putArray("words");
    Listed.WORDS.all().stream()
        .filter(word -> word.startsWith(start))
        .limit(MAX_COMPLETIONS)
        .forEach(array::add);
    exchange.json(root);
  }

  /** Read when it is first needed. */
  private static final class Listed {
    static final WordList WORDS = new WordList();

    private Listed() {}
  }

  /** The words are in no address, no log and no cache, and only whoever says so gets them. */
  private void show(Exchange exchange) throws IOException {
    confirm(exchange, "show");
    char[] phrase;
    try {
      phrase = services.words().phrase();
    } catch (IllegalStateException e) {
      throw conflict(e);
    }
    try {
      ObjectNode root = Json.object();
      ArrayNode array = root.putArray("words");
      for (String word : new String(phrase).split(" ")) {
        array.add(word);
      }
      exchange.json(root);
    } finally {
      Arrays.fill(phrase, '\0');
    }
  }

  private static void confirm(Exchange exchange, String word) throws IOException {
    String said = Body.of(exchange.body(), "confirm").text("confirm", 16);
    if (!word.equals(said)) {
      throw Problem.wrong(
          Code.REQUEST, "This needs a confirmation.", "Send {\"confirm\": \"" + word + "\"}.");
    }
  }

  private void replace(Exchange exchange) throws IOException {
    char[] typed = words(exchange);
    try {
      services.words().replace(typed);
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.WORDS_REFUSED, e);
    } catch (IllegalStateException e) {
      throw conflict(e);
    } finally {
      Arrays.fill(typed, '\0');
    }
    exchange.nothing();
  }

  private void renew(Exchange exchange) throws IOException {
    confirm(exchange, "renew");
    try {
      services.words().renew();
    } catch (IllegalStateException e) {
      throw conflict(e);
    }
    exchange.nothing();
  }

  // --- By hand ----------------------------------------------------------------------------------

  private interface Carry {
    CompletionStage<String> begin();
  }

  private void offer(Exchange exchange) throws IOException, InterruptedException {
    Body.of(exchange.body());
    carry(exchange, () -> services.handCarried().offer());
  }

  private void answer(Exchange exchange) throws IOException, InterruptedException {
    String offer = Body.of(exchange.body(), "offer").required("offer", MAX_CARRIED_CHARS);
    carry(exchange, () -> services.handCarried().answer(offer));
  }

  private static void carry(Exchange exchange, Carry carry)
      throws IOException, InterruptedException {
    try {
      String text = await(carry.begin(), CARRY_SECONDS);
      exchange.json(Json.object().put("text", text).put("compact", CompactSignal.of(text)));
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.CARRIED_REFUSED, e);
    } catch (IllegalStateException e) {
      throw conflict(e);
    }
  }

  private void accept(Exchange exchange) throws IOException {
    String answer = Body.of(exchange.body(), "answer").required("answer", MAX_CARRIED_CHARS);
    try {
      services.handCarried().accept(answer);
    } catch (IllegalArgumentException e) {
      throw Problem.wrong(Code.CARRIED_REFUSED, e);
    } catch (IllegalStateException e) {
      throw conflict(e);
    }
    exchange.nothing();
  }
}
