// What is known about data, held against what a file or a data set holds.
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "teasel/core/rows.hpp"
#include "teasel/data/dataset.hpp"

namespace teasel {

// One thing that was looked at. Facts that nothing is expected of are right.
struct Finding {
  std::string what, expected, found;
  bool right = true;
};

struct CheckReport {
  std::string subject, kind;  // the file or set; what it was taken for
  std::vector<Finding> findings;

  void add(std::string what, std::string expected, std::string found, bool right);
  // A finding that is right where both texts are equal.
  void compare(std::string what, std::string expected, std::string found);
  // Runs `look`; an Error of it becomes a finding that is wrong.
  void attempt(std::string what, const std::function<void()>& look);
  bool right() const;
};

// A file or folder of the user's, recognised by its content. Error where there is none.
CheckReport check_path(const std::filesystem::path& path);
// Any data set: every item can be read, values keep to their range, factors to their classes and their grid, and splits
// do not overlap.
CheckReport check_dataset(const Dataset& data);

// What is known about one kind of published file. Files in data/known register themselves; the first that recognises a
// path checks it.
struct KnownFile {
  std::string name;
  // `arrays`: those of an npy, npz or HDF5 file; none for anything else.
  std::function<bool(const std::filesystem::path&, const std::vector<ArrayInfo>& arrays)> recognises;
  std::function<void(const std::filesystem::path&, const std::vector<ArrayInfo>& arrays, CheckReport&)> check;
};
struct RegisterKnownFile {
  explicit RegisterKnownFile(KnownFile known);
};

// Type and shape of one array of a file; false where they are not as expected or it is not there.
bool check_array(CheckReport& report, const std::vector<ArrayInfo>& arrays, const std::string& name, ArrayType type,
                 const std::vector<int64_t>& shape);
const ArrayInfo* find_array(const std::vector<ArrayInfo>& arrays, const std::string& name);

}  // namespace teasel
