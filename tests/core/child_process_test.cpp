// Work in a child process: what comes back, and what happens to this one.
#include "teasel/core/child_process.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

TEST(ChildProcess, HandsBackAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 3'000'000; ++i) bytes += static_cast<char>(i * 7);  // more than a pipe holds
  const ChildResult result = run_in_child({}, [&] { return bytes; });
  EXPECT_EQ(result.failure, "");
  EXPECT_TRUE(result.output == bytes);
  EXPECT_EQ(run_in_child({}, [] { return std::string(); }).output, "");
}

TEST(ChildProcess, LeavesThisProcessAsItWas) {
  int number = 1;
  const pid_t here = ::getpid();
  const std::string child = run_in_child({}, [&] {
                              number = 2;
                              return std::to_string(::getpid());
                            }).output;
  EXPECT_EQ(number, 1);
  EXPECT_NE(child, std::to_string(here));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
}

TEST(ChildProcess, ThrowsItsErrorsHere) {
  try {
    run_in_child({}, []() -> std::string { throw Error("no such thing", "Take another."); });
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "no such thing");
    EXPECT_EQ(error.hint(), "Take another.");
  }
}

TEST(ChildProcess, OutlivesACrash) {
  const auto crash = []() -> std::string {
    ::signal(SIGSEGV, SIG_DFL);
    ::raise(SIGSEGV);
    return "still there";
  };
  const ChildResult result = run_in_child({}, crash);
  EXPECT_EQ(result.output, "");
  EXPECT_EQ(result.failure, "it crashed (signal " + std::to_string(SIGSEGV) + ")");
  EXPECT_NE(run_in_child({}, []() -> std::string { ::_exit(0); }).failure, "");
  EXPECT_NE(run_in_child({}, []() -> std::string { throw std::runtime_error("no Error"); }).failure, "");
}

TEST(ChildProcess, OutlivesAHang) {
  const auto start = std::chrono::steady_clock::now();
  const ChildResult result = run_in_child({.seconds = 1}, []() -> std::string {
    for (volatile bool again = true; again;) continue;
    return "";
  });
  EXPECT_EQ(result.failure, "it took longer than 1 s");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(60));
}

// Of a limit of 64 MiB, 32 can be had and 128 cannot; no more do many small ones.
TEST(ChildProcess, KeepsToItsMemory) {
  const auto take = [](size_t megabytes, size_t times) {
    return run_in_child({.memory = 64 << 20},
                        [=] {
                          std::vector<std::unique_ptr<char[]>> taken;
                          for (size_t i = 0; i < times; ++i) {
                            taken.push_back(std::make_unique<char[]>(megabytes << 20));
                            if (!taken.back()[i]) taken.back()[i] = 'x';
                          }
                          return std::string("taken");
                        })
        .output;
  };
  EXPECT_EQ(take(32, 1), "taken");
  EXPECT_EQ(take(128, 1), "");
  EXPECT_EQ(take(1, 500), "");
}

// A child is a copy of one thread: what the others hold locked, malloc's arenas above all, must not stop it.
TEST(ChildProcess, WorksBesideOtherThreads) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> others;
  for (int i = 0; i < 3; ++i)
    others.emplace_back([&] {
      while (!stop) std::vector<std::string>(100, std::string(1000, 'x'));
    });
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(run_in_child({}, [&] { return std::string(10000, 'y'); }).output.size(), 10000u);
  stop = true;
  for (auto& other : others) other.join();
}

}  // namespace
}  // namespace teasel
