// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(
    name = "ChronicleSync identity",
    description = "The identity of this node: the mnemonic of its account, kept in a directory.")
@interface Config {
  @AttributeDefinition(
      description =
          "Directory with the file 'mnemonic' (24 words, readable only by its owner) and the files"
              + " 'device-key' and 'account-key-v2', which the node creates if they are missing.")
  String accountDirectory();

  @AttributeDefinition(
      description =
          "Whether to create a mnemonic if there is none. If false, a missing mnemonic is an error.")
  boolean createIfMissing() default false;

  @AttributeDefinition(
      description =
          "The provider of AES-GCM for frames. That of the JDK is about fifty times faster.",
      options = {@Option(value = "jdk"), @Option(value = "bouncycastle")})
  String cipherProvider() default "jdk";
}
