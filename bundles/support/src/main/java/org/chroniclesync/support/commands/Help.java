// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.support.commands;

/** What a shell says of the commands when it is asked for help, a line for each. */
public final class Help {
  public static final String SCOPE = "chroniclesync";

  public static final String STATUS =
      "shows the state of the node: history, storage, discovery, peers, failures";
  public static final String PEERS =
      "lists the other devices in the room with their traffic and state";
  public static final String WHY =
      "says why a device is not connected: what both sides tried, what failed where, and what would"
          + " help";
  public static final String WHY_DEVICE = "a device of peers, by its name or peer id";
  public static final String HEALTH =
      "fails if a part of the node does not work as it should, and names it";
  public static final String SYNC = "retries waiting connections now; see status for the result";
  public static final String SEARCH =
      "searches the history of all devices; the last word may be incomplete";
  public static final String DEVICES =
      "lists the devices and how much each recorded, or gives one a name";
  public static final String HISTORY = "lists the newest visits of all devices";
  public static final String PROFILES =
      "lists the browser profiles of this device and how far each is imported";
  public static final String VANISHED_WORDS =
      "says what becomes of visits that very many at once are not in a browser any more";
  public static final String VANISHED =
      "vanished delete PROFILE, or vanished keep PROFILE, if it asks";
  public static final String IMPORT =
      "imports history from files and folders; without any, what is new in the browser profiles";
  public static final String DELETE =
      "deletes visits on all devices: first shows how many, and with --yes deletes them";
  public static final String UNDO =
      "brings back what a deletion took, the last one if none is named";
  public static final String DELETIONS =
      "lists the deletions of this device, and how many devices each has reached";
  public static final String RULES =
      "lists, adds, removes, tries and applies the rules of what is never stored and how long visits"
          + " are kept";
  public static final String SERVICES =
      "lists, adds and removes the discovery services that all of your devices use";
  public static final String PAUSE = "imports nothing from the browsers for a while; see resume";
  public static final String RESUME = "ends a pause of the import";
  public static final String EXPORT =
      "writes the history, or the visits that a search finds, to a file";
  public static final String OFFER =
      "connects by hand: makes an offer; on the other device, enter answer with the text that this prints";
  public static final String ANSWER =
      "answers an offer; on the first device, enter accept with the text that this prints";
  public static final String ACCEPT = "accepts an answer and connects; see peers";

  public static final String OPEN =
      "prints a link that opens the page of this node once, in a browser";

  public static final String SHARE =
      "shows the page to browsers of other devices in the house, behind a password; off until you"
          + " turn it on";
  public static final String SHARE_WORDS =
      "on, off, password, or end and the id of a browser, or all; without one, shows how it stands";
  public static final String PORT_OPTION = "--port";
  public static final String SHARE_PORT = "with on, the port (7743, later the one of before)";
  public static final String PASSWORD_FILE_OPTION = "--password-file";
  public static final String PASSWORD_FILE =
      "the path of a file with the password, mode 0600; ./chroniclesync share password asks for it"
          + " instead";

  public static final String RENEW =
      "gives the account new words; a device that was lost gets nothing more";
  public static final String RENEW_YES = "does it; without this, says what would happen";
  public static final String PAIR =
      "shows a code with which another device gets the words of this one";
  public static final String PAIR_SHOW = "shows what came of the last code";
  public static final String SHOW_OPTION = "--show";
  public static final String PAIR_STOP = "withdraws the code";
  public static final String STOP_OPTION = "--stop";
  public static final String JOIN =
      "takes this device into the account of another one; its history stays";
  public static final String CODE =
      "the code that pair shows on the other device; it is asked for if it is not given";
  public static final String WORDS_FILE_OPTION = "--words-file";
  public static final String WORDS_FILE =
      "instead of a code, the path of a file with the 24 words, mode 0600";
  public static final String TYPED = "./chroniclesync join --words asks for the 24 words instead";
  public static final String FORGET =
      "takes a device out of the list, and with --with-visits deletes its visits";
  public static final String WITH_VISITS_OPTION = "--with-visits";
  public static final String WITH_VISITS =
      "deletes the visits of its browsers, too: first shows how many";
  public static final String FORGOTTEN = "a device of peers --known, by its name or peer id";

  public static final String WATCH =
      "shows visits and the state of the node as they come, until Ctrl-C";
  public static final String NDJSON_OPTION = "--ndjson";
  public static final String NDJSON = "prints a line of JSON for each, as they come, and all";
  public static final String JSON_OPTION = "--json";
  public static final String JSON = "prints JSON";
  public static final String ACCOUNT_OPTION = "--account";
  public static final String ACCOUNT = "a rule of all devices, and not of this one alone";
  public static final String RULES_YES = "does it; without it, only what would be done is shown";
  public static final String RULE_WORDS = "list, add, remove, test or apply, and what it is about";
  public static final String QR_OPTION = "--qr";
  public static final String QR = "draws it as well, for the camera of the other device";
  public static final String SERVICE_WORDS = "list, add URL or remove URL";
  public static final String PRIORITY_OPTION = "--priority";
  public static final String PRIORITY =
      "of a service that is added, 0 to 100: those with the smallest come first, the others stand by";
  public static final String FORGET_OPTION = "--forget";
  public static final String PAUSE_FORGET = "never imports what is visited during the pause";
  public static final String LENGTH = "how long, such as 30m, 2h or 1d";
  public static final String DRY_RUN_OPTION = "--dry-run";
  public static final String DRY_RUN = "stores nothing and says what would be imported";
  public static final String DEVICE_OPTION = "--device";
  public static final String IMPORT_DEVICE =
      "the name of the device that the visits are of; by default each file is a device of its own";
  public static final String EXPORT_DEVICE =
      "only visits of this device: its id, or words of its name as devices shows it";
  public static final String FORMAT_OPTION = "--format";
  public static final String FORMAT =
      "ndjson, csv, sqlite or html; by default what the file's name ends with";
  public static final String FORCE_OPTION = "--force";
  public static final String FORCE = "replaces a file that is there";
  public static final String DIRECTORY_OPTION = "--directory";
  public static final String DIRECTORY = "the folder that relative paths begin at";
  public static final String FILES = "files and folders";
  public static final String EXPORT_ARGUMENTS =
      "the file, or - to print; then the words of a search";
  public static final String KNOWN_OPTION = "--known";
  public static final String KNOWN =
      "lists all devices that ever proved that they belong to the account";
  public static final String LIMIT_OPTION = "--limit";
  public static final String MORE_OPTION = "--more";
  public static final String MORE =
      "what follows the results of the same search; its text is below them";
  public static final String PAGE_OPTION = "--page";
  public static final String PAGE = "only visits to this address";
  public static final String BEFORE_OPTION = "--before";
  public static final String BEFORE =
      "only visits before a date or moment, such as yesterday, 2026-03 or \"last week\"";
  public static final String AFTER_OPTION = "--after";
  public static final String AFTER = "only visits since the start of a date or moment";
  public static final String HOST_OPTION = "--host";
  public static final String HOST = "only visits to this host";
  public static final String BELOW_OPTION = "--below";
  public static final String BELOW = "and the hosts below it";
  public static final String DEVICE =
      "only visits of this device: its id, or words of its name as devices shows it";
  public static final String VISIT_OPTION = "--visit";
  public static final String VISIT =
      "only this visit of the device: the visitId that history --json shows";
  public static final String SEARCH_OPTION = "--search";
  public static final String FOUND = "the words are a search; all pages that it finds";
  public static final String YES_OPTION = "--yes";
  public static final String YES = "deletes without asking";
  public static final String PREVIEW_OPTION = "--preview";
  public static final String PREVIEW = "only shows how many visits there are";
  public static final String NOW_OPTION = "--now";
  public static final String NOW = "makes it final at once: it cannot be undone";
  public static final String ADDRESSES =
      "the address of a page; with --search the words to search for";
  public static final String NUMBER = "the number of the deletion";
  public static final String MAX_RESULTS = "the maximum number of results (20; with --ndjson all)";
  public static final String MAX_VISITS = "the maximum number of visits (20; with --ndjson all)";
  public static final int DEFAULT_LIMIT = 20;
  public static final String DEVICE_WORDS =
      "rename, a device as it is listed, and its new name; an empty one takes it back";
  public static final String WORDS = "the words to search for";
  public static final String OFFER_TEXT = "the text of the offer";
  public static final String ANSWER_TEXT = "the text of the answer";

  private Help() {}
}
