#include "teasel/core/file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "teasel/core/error.hpp"
#include "temporary_folder.hpp"

namespace teasel {
namespace {

// Runs `action` where no file may grow beyond `limit` bytes: to the writer that is a full disk.
void with_file_limit(rlim_t limit, const std::function<void()>& action) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit tight{limit, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  action();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
}

TEST(File, ReadsBackWhatItWrote) {
  TemporaryFolder folder;
  std::string content("zero \0 and newline \r\n", 21);
  write_file(folder / "a", content);
  EXPECT_EQ(read_file(folder / "a"), content);
  write_file(folder / "a", "");
  EXPECT_EQ(read_file(folder / "a"), "");
  std::string large(3'000'000, 'x');
  write_file(folder / "a", [&](std::FILE* file) {
    for (int i = 0; i < 3; ++i) std::fwrite(large.data() + i * 1'000'000, 1, 1'000'000, file);
  });
  EXPECT_EQ(read_file(folder / "a"), large);
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a"});
}

TEST(File, TakesNamesInTheWorkingFolder) {
  TemporaryFolder folder;
  auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file("plain.txt", "here");
  std::filesystem::current_path(before);
  EXPECT_EQ(read_file(folder / "plain.txt"), "here");
}

TEST(File, ReadsFilesThatStateNoSize) { EXPECT_NE(read_file("/proc/self/status").find("Pid:"), std::string::npos); }

TEST(File, SaysWhyItCannotRead) {
  TemporaryFolder folder;
  try {
    read_file(folder / "absent");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("absent': No such file"), std::string::npos) << error.what();
    EXPECT_NE(error.hint(), "");
  }
  EXPECT_THROW(read_file(folder.path()), Error);
}

TEST(File, ACallbackThatThrowsLeavesTheOldFileAndNothingElse) {
  TemporaryFolder folder;
  auto failing = [](std::FILE* file) {
    std::fputs("half", file);
    throw std::runtime_error("in the middle");
  };
  EXPECT_THROW(write_file(folder / "a", failing), std::runtime_error);
  EXPECT_TRUE(folder.names().empty());
  write_file(folder / "a", "old");
  EXPECT_THROW(write_file(folder / "a", failing), std::runtime_error);
  EXPECT_EQ(read_file(folder / "a"), "old");
  EXPECT_EQ(folder.names(), std::vector<std::string>{"a"});
}

TEST(File, AFullDiskLeavesTheOldFileAndSaysSo) {
  TemporaryFolder folder;
  write_file(folder / "a", "old");
  // More than the stream's buffer fails in the callback, less when it is flushed.
  for (size_t size : {100'000, 2'000}) {
    std::string what, hint;
    with_file_limit(1'000, [&] {
      try {
        write_file(folder / "a", std::string(size, 'x'));
      } catch (const Error& error) {
        what = error.what(), hint = error.hint();
      }
    });
    EXPECT_NE(what.find("/a': File too large"), std::string::npos) << what;
    EXPECT_NE(hint, "");
    EXPECT_EQ(read_file(folder / "a"), "old");
    EXPECT_EQ(folder.names(), std::vector<std::string>{"a"});
  }
}

TEST(File, SaysWhyItCannotWrite) {
  TemporaryFolder folder;
  auto error_of = [&](const std::filesystem::path& path) -> std::string {
    try {
      write_file(path, "x");
    } catch (const Error& error) {
      return std::string(error.what()) + " | " + error.hint();
    }
    return "no error";
  };
  EXPECT_NE(error_of(folder / "none" / "a").find("mkdir -p"), std::string::npos);
  write_file(folder / "file", "x");
  EXPECT_NE(error_of(folder / "file" / "a").find("Not a directory"), std::string::npos);
  std::filesystem::create_directory(folder / "sub");
  EXPECT_NE(error_of(folder / "sub").find("Is a directory"), std::string::npos);
  EXPECT_NE(error_of(folder / "sub" / "").find("Is a directory"), std::string::npos);
  EXPECT_NE(error_of("").find("cannot write ''"), std::string::npos);
  EXPECT_NE(error_of(folder / std::string(300, 'n')).find("File name too long"), std::string::npos);
  EXPECT_EQ(folder.names(), (std::vector<std::string>{"file", "sub"}));
  if (::geteuid() == 0) return;  // root may write everywhere
  std::filesystem::permissions(folder / "sub", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_NE(error_of(folder / "sub" / "a").find("Permission denied"), std::string::npos);
  std::filesystem::permissions(folder / "sub", std::filesystem::perms::owner_all);
}

TEST(File, AKillInTheMiddleLeavesTheOldFile) {
  TemporaryFolder folder;
  write_file(folder / "a", "old");
  pid_t child = ::fork();
  if (child == 0)
    write_file(folder / "a", [](std::FILE* file) {
      std::fputs("half", file);
      std::fflush(file);
      ::kill(::getpid(), SIGKILL);
    });
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(read_file(folder / "a"), "old");
  write_file(folder / "a", "new");
  EXPECT_EQ(read_file(folder / "a"), "new");
}

TEST(File, ReadersSeeWholeFilesOnly) {
  TemporaryFolder folder;
  const std::string first(200'000, 'a'), second(300'000, 'b');
  write_file(folder / "x", first);
  std::vector<std::thread> writers;
  for (const std::string* content : {&first, &second})
    writers.emplace_back([&, content] {
      for (int i = 0; i < 20; ++i) write_file(folder / "x", *content);
    });
  for (int i = 0; i < 100; ++i) {
    std::string seen = read_file(folder / "x");
    EXPECT_TRUE(seen == first || seen == second) << seen.size();
  }
  for (auto& writer : writers) writer.join();
  EXPECT_EQ(folder.names(), std::vector<std::string>{"x"});
}

}  // namespace
}  // namespace teasel
