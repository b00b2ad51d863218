// For tests of what goes wrong: the status, and words that the message must hold.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <initializer_list>
#include <string>

#include "model/error.hpp"

namespace nbt {

inline void expect_error(Status status, std::initializer_list<std::string> words, const std::function<void()>& action) {
  try {
    action();
    ADD_FAILURE() << "no error, expected one about \"" << *words.begin() << '"';
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(error.status(), status) << message;
    for (const std::string& word : words) {
      EXPECT_NE(message.find(word), std::string::npos) << '"' << word << "\" is missing in: " << message;
    }
  }
}

}  // namespace nbt
