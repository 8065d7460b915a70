// SPDX-License-Identifier: Apache-2.0
// Copyright the ChronicleSync authors
package org.chroniclesync.crypto.bouncycastle;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

@ObjectClassDefinition(
    name = "ChronicleSync identity",
    description = "Whose history this node keeps: the mnemonic of an account, kept in a directory.")
@interface Config {
  @AttributeDefinition(
      description =
          "Directory with the file 'mnemonic' (24 words, readable by its owner only) and the files"
              + " 'peer-id' and 'account-key-v2', which are made when they are missing.")
  String accountDirectory();

  @AttributeDefinition(
      description =
          "Whether a new mnemonic is made where there is none. Else its absence is an error.")
  boolean createIfMissing() default false;

  @AttributeDefinition(
      description =
          "Whose AES-GCM seals and opens frames. That of the JDK is about fifty times faster.",
      options = {@Option(value = "jdk"), @Option(value = "bouncycastle")})
  String cipherProvider() default "jdk";
}
