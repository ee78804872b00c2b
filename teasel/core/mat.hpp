// Arrays in MATLAB's files.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "teasel/core/array.hpp"

namespace teasel {

// An array as MATLAB lays it: the first index is the fastest.
struct MatArray {
  std::string name;
  ArrayType type = ArrayType::u8;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;
};

// Array `name` of a file of MATLAB 5 to 7.2 ("MAT-File Level 5"; "MAT-File Format", The MathWorks, chapter 1), whose
// content is `file`; members may be deflated. `where` names the file in messages. Error where it is none, is damaged,
// has no such array, or the array holds no real numbers. What is stored in a smaller type than the array's class is
// widened.
MatArray read_mat(std::span<const std::byte> file, const std::string& name, const std::string& where);

}  // namespace teasel
